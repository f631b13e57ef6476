"""What every way of publishing publishes: the same news, each with its own title."""

from dataclasses import dataclass

CATEGORY = "announcement"
"""In config/categories.toml."""
TERM = "thong-bao"
"""The same category on the site."""

_TEXT = """
<p>Trung tâm Thông tin – Thư viện thông báo đợt {number}: kể từ ngày 20/3, phòng đọc
tầng 2 phục vụ bạn đọc đến 21 giờ các ngày trong tuần, kể cả thứ Bảy và Chủ nhật, trừ
những ngày lễ theo quy định của Nhà trường và những ngày kiểm kê.</p>

<h2>Đối tượng phục vụ</h2>

<p>Sinh viên hệ chính quy, học viên cao học, nghiên cứu sinh, giảng viên và cán bộ
viên chức của Trường được sử dụng phòng đọc bằng thẻ thư viện còn hạn. Bạn đọc ngoài
Trường đăng ký thẻ tạm thời tại quầy thông tin ở tầng 1, mang theo căn cước công dân
và giấy giới thiệu của cơ quan, đơn vị đang công tác hoặc học tập.</p>

<ul><li>Thẻ thư viện không cho người khác mượn.</li><li>Thẻ mất phải báo ngay cho quầy
thông tin để khóa thẻ.</li><li>Thẻ hết hạn được gia hạn trong vòng một ngày làm
việc.</li></ul>

<h2>Tài liệu và trang thiết bị</h2>

<p>Phòng đọc có hơn <strong>12.000 bản sách</strong>, 150 tên báo và tạp chí, luận án,
luận văn và đề tài nghiên cứu khoa học các cấp. Tất cả tài liệu được sắp xếp theo
khung phân loại thập phân Dewey (DDC) và có thể tra cứu trên mục lục trực tuyến. Tài
liệu nội sinh được đọc tại chỗ và không sao chụp toàn văn.</p>

<p>Bạn đọc được sử dụng 60 máy tính nối mạng, mạng không dây tốc độ cao, máy quét, máy
in và các cơ sở dữ liệu điện tử mà Trường đã đặt mua: sách điện tử, tạp chí khoa học
trong nước và quốc tế, cùng bộ sưu tập số của các thư viện liên kết.</p>

<p>Tra cứu tại <a href="https://thuvien.example.edu.vn/tra-cuu">mục lục trực
tuyến</a>; hướng dẫn sử dụng các cơ sở dữ liệu được đăng ở cùng địa chỉ.</p>

<p>Bạn đọc giữ trật tự, không mang đồ ăn và đồ uống có màu vào phòng đọc, để túi xách
tại tủ gửi đồ và trả tài liệu về đúng giá sau khi đọc. Mỗi lần được mang vào không quá
ba tài liệu cá nhân; tài liệu mượn về nhà làm thủ tục ở quầy tầng 1 trước 20 giờ 30.
Trường hợp làm hỏng hoặc làm mất tài liệu, bạn đọc bồi thường theo nội quy của Thư
viện và quy định hiện hành của Nhà trường.</p>

<p>Mọi ý kiến đóng góp xin gửi về Phòng Phục vụ bạn đọc, điện thoại 024 5550 0123,
hoặc hộp thư góp ý đặt tại cửa phòng đọc. Thư viện trả lời trong ba ngày làm việc và
công khai các góp ý đã được tiếp thu trên bảng tin vào đầu mỗi tháng. Góp ý khẩn về an
toàn, điện và phòng cháy xin báo ngay cho cán bộ trực tại phòng.</p>

<p>Trong thời gian đầu, Thư viện bố trí thêm cán bộ trực buổi tối và kéo dài giờ phục
vụ của nhà gửi xe đến 21 giờ 30. Bạn đọc có nhu cầu học nhóm đăng ký phòng thảo luận
trước một ngày, mỗi lượt không quá ba giờ và không quá tám người; phòng có bảng, màn
hình và ổ cắm điện. Lịch hướng dẫn sử dụng thư viện cho sinh viên năm thứ nhất được
thông báo riêng tới từng khoa, viện và được đăng trên trang này.</p>

<p>Nguồn: Trung tâm Thông tin – Thư viện</p>
"""

_BLOCKS = tuple(" ".join(block.split("\n")) for block in _TEXT.strip().split("\n\n"))
"""Twelve blocks, some 2,700 characters: an ordinary notice of a library."""


@dataclass(frozen=True, slots=True)
class Article:
    """One piece of news."""

    number: int

    @property
    def title(self) -> str:
        """Its title, which no other has."""
        return f"Thông báo số {self.number}: phòng đọc tầng 2 mở cửa đến 21 giờ"

    @property
    def body(self) -> str:
        """Its text as HTML, which no filter for HTML changes."""
        return "\n".join(_BLOCKS).format(number=self.number)
